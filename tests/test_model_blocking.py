"""Which calls block, as far as the model knows, and which fix the rule offers for them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from modelcases import project

from fastlint.api import check_texts, fix_texts
from fastlint.config.settings import BlockingCall, BlockingKinds, Settings
from fastlint.findings import Finding, Severity
from fastlint.model.calls import blocking
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import External, Instance, Member
from fastlint.model.knowledge import Knowledge, load_table

RULES = ("FLT101", "FLT102")
HEAD = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def findings(
    body: str,
    settings: Settings | None = None,
    before: str = "",
    rules: tuple[str, ...] = RULES,
) -> tuple[Finding, ...]:
    """What the rules say of a handler with this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    text = f'{before}\n{HEAD}\n\n@app.get("/a")\nasync def read():\n{lines}\n'
    chosen = msgspec.structs.replace(settings or Settings(), select=rules)
    outcome = check_texts({"main.py": text}, chosen)
    assert outcome.errors == ()
    return outcome.findings


def offered(body: str, before: str = "") -> list[str]:
    """The fixes that are offered, ``safe`` ones marked."""
    return [
        f"{'safe' if each.fix.safe else 'unsafe'}: {each.fix.title}" if each.fix else "none"
        for each in findings(body, before=before)
    ]


# ------------------------------------------------------------------------------- the knowledge


def table_names() -> Iterator[str]:
    for group in load_table("blocking")["calls"]:
        for owner, members in group["of"].items():
            for member in members.split():
                yield owner if member.startswith("*") else f"{owner}.{member}"


def test_every_name_is_the_one_the_model_uses() -> None:
    knowledge = Knowledge()
    page = load_table("blocking")
    names = {*table_names(), *page["threads"], *page["later"], *page["in_memory"]["calls"]}
    assert {name for name in names if knowledge.canonical(name) != name} == set()


def test_nothing_is_said_twice() -> None:
    seen: set[str] = set()
    twice = set()
    for group in load_table("blocking")["calls"]:
        for owner, members in group["of"].items():
            for member in members.split():
                name = f"{owner}.{member}"
                (twice if name in seen else seen).add(name)
    assert twice == set()


def test_what_is_harmless_is_an_exception_to_something() -> None:
    page = load_table("blocking")
    starred = {
        owner
        for group in page["calls"]
        for owner, members in group["of"].items()
        if {"*", "**"} & set(members.split())
    }
    assert set(page["harmless"]) - starred == set()


def test_kinds_and_ways_out_are_known_ones() -> None:
    groups = load_table("blocking")["calls"]
    assert {group["kind"] for group in groups} == {
        "cloud", "cpu", "database", "file", "loop", "messaging", "network", "process", "sleep",
        "wait",
    }  # fmt: skip
    assert {group["mend"] for group in groups} == {"rename", "upload", "thread", "none"}
    assert [g["of"] for g in groups if g["mend"] == "rename"] == [{"time": "sleep"}]


def called(name: str, cls: str = "") -> CallSite:
    """A call of something from outside: a function, or a method of an object of ``cls``."""
    callee = Member(Instance(External(cls)), name, f"{cls}.{name}") if cls else External(name)
    return CallSite(None, "main.py", callee, (), {}, False, External("?"))  # type: ignore[arg-type]


def known(call: CallSite, settings: Settings | None = None) -> blocking.Blocking | None:
    return blocking.blocking(call, Knowledge(), settings or Settings())


@pytest.mark.parametrize(
    ("call", "kind", "weight", "mend"),
    [
        (called("time.sleep"), "sleep", "heavy", "rename"),
        (called("acquire", "threading.Lock"), "wait", "heavy", "none"),
        (called("result", "concurrent.futures.Future"), "wait", "heavy", "thread"),
        (called("builtins.input"), "wait", "heavy", "thread"),
        (called("asyncio.run"), "loop", "heavy", "none"),
        (called("run_until_complete", "asyncio.BaseEventLoop"), "loop", "heavy", "none"),
        (called("httpx2.stream"), "network", "heavy", "none"),
        (called("urllib.request.urlopen"), "network", "heavy", "none"),
        (called("recv", "socket.socket"), "network", "heavy", "thread"),
        (called("sendmail", "smtplib.SMTP"), "network", "heavy", "thread"),
        (called("listdir", "paramiko.SFTPClient"), "network", "heavy", "thread"),
        (called("models.list", "openai.AzureOpenAI"), "network", "heavy", "thread"),
        (called("messages.create", "anthropic.Anthropic"), "network", "heavy", "thread"),
        (called("google.oauth2.id_token.verify_oauth2_token"), "network", "heavy", "thread"),
        (called("stripe.checkout.Session.create"), "network", "heavy", "thread"),
        (called("execute", "sqlalchemy.orm.Session"), "database", "heavy", "thread"),
        (called("one_or_none", "sqlalchemy.orm.Query"), "database", "heavy", "thread"),
        (called("connect", "sqlalchemy.Engine"), "database", "heavy", "none"),
        (called("sqlmodel.SQLModel.metadata.create_all"), "database", "heavy", "thread"),
        (called("fetchall", "sqlite3.Cursor"), "database", "heavy", "none"),
        (called("hset", "redis.Redis"), "database", "heavy", "thread"),
        (called("indices.create", "elasticsearch.Elasticsearch"), "database", "heavy", "thread"),
        (called("search", "qdrant_client.QdrantClient"), "database", "heavy", "thread"),
        (called("flush", "confluent_kafka.Producer"), "messaging", "heavy", "thread"),
        (called("pika.BlockingConnection"), "messaging", "heavy", "none"),
        (called("get", "celery.result.AsyncResult"), "messaging", "heavy", "thread"),
        (called("delay", "celery.Task"), "messaging", "medium", "thread"),
        (called("enqueue", "rq.Queue"), "messaging", "medium", "thread"),
        (called("boto3.client"), "cloud", "heavy", "thread"),
        (called("get_bucket", "google.cloud.storage.Client"), "cloud", "heavy", "thread"),
        (called("list_blobs", "google.cloud.storage.Client"), "cloud", "heavy", "none"),
        (called("scan_iter", "redis.Redis"), "database", "heavy", "none"),
        (called("containers.get().remove", "docker.DockerClient"), "cloud", "heavy", "thread"),
        (
            called("create_container", "azure.storage.blob.BlobServiceClient"),
            "cloud",
            "heavy",
            "thread",
        ),
        (called("subprocess.check_output"), "process", "heavy", "thread"),
        (called("subprocess.Popen"), "process", "heavy", "none"),
        (called("wait", "subprocess.Popen"), "process", "heavy", "thread"),
        (called("builtins.open"), "file", "medium", "none"),
        (called("write_text", "pathlib.Path"), "file", "medium", "thread"),
        (called("exists", "pathlib.Path"), "file", "light", "thread"),
        (called("shutil.copytree"), "file", "heavy", "thread"),
        (called("read", "fastapi.UploadFile.file"), "file", "medium", "upload"),
        (called("readline", "fastapi.UploadFile.file"), "file", "medium", "thread"),
        (called("bcrypt.hashpw"), "cpu", "medium", "thread"),
        (
            called("derive", "cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC"),
            "cpu",
            "medium",
            "thread",
        ),
        (called("verify", "passlib.context.CryptContext"), "cpu", "medium", "thread"),
        (called("pandas.read_sql"), "cpu", "medium", "thread"),
        (called("resize", "PIL.Image.Image"), "cpu", "medium", "thread"),
    ],
)
def test_how_it_is_told_and_mended(call: CallSite, kind: str, weight: str, mend: str) -> None:
    found = known(call)
    assert found is not None
    assert (found.kind, found.weight, found.mend) == (kind, weight, mend)


def test_what_only_sounds_like_it_does_not_block() -> None:
    for name, cls in (
        ("construct_event", "stripe.Webhook"),  # a signature, checked here
        ("mount", "requests.Session"),
        ("add", "sqlalchemy.orm.Session"),
        ("filter", "sqlalchemy.orm.Query"),
        ("blob", "google.cloud.storage.Bucket"),
        ("generate_presigned_url", "boto3.client()"),
        ("pipeline", "redis.Redis"),
        ("with_suffix", "pathlib.Path"),
    ):
        assert known(called(name, cls)) is None


@pytest.mark.parametrize(
    ("call", "kind", "shown"),
    [
        (called("requests.get"), "network", "`requests.get`"),
        (called("builtins.open"), "file", "`open`"),
        (called("commit", "sqlmodel.Session"), "database", "`Session.commit`"),
        (
            called("bulk_save_objects", "sqlmodel.Session"),
            "database",
            "`Session.bulk_save_objects`",
        ),
        (called("sendmail", "smtplib.SMTP_SSL"), "network", "`SMTP_SSL.sendmail`"),
        (called("chat.completions.create", "openai.OpenAI"), "network", None),
        (called("get_object", "boto3.client()"), "cloud", "`boto3.client().get_object`"),
        (called("upload_file", "boto3.resource().Bucket()"), "cloud", None),
        (called("users.find_one", "pymongo.database.Database"), "database", None),
        (called("__call__", "asgiref.sync.async_to_sync()"), "loop", None),
    ],
)
def test_it_blocks(call: CallSite, kind: str, shown: str | None) -> None:
    found = known(call)
    assert found is not None
    assert found.kind == kind
    assert shown in (None, found.shown)


@pytest.mark.parametrize(
    "call",
    [
        called("add", "sqlmodel.Session"),
        called("query", "sqlalchemy.orm.Session"),
        called("filter", "sqlalchemy.orm.Query"),
        called("pipeline", "redis.Redis"),
        called("Bucket", "boto3.resource()"),
        called("__enter__", "psycopg.Cursor"),
        called("with_options", "openai.OpenAI"),
        called("redis.Redis"),
        called("redis.Redis.from_url"),
        called("get", "redis.asyncio.Redis"),
        called("commit", "sqlalchemy.ext.asyncio.AsyncSession"),
        called("subprocess.PIPE"),
    ],
)
def test_it_does_not_block(call: CallSite) -> None:
    assert known(call) is None


LIBRARIES = {
    "import casbin\nwho = casbin.Enforcer('a', 'b')": ("who.load_policy()", "who.enforce('a')"),
    "from celery import Celery\ncelery = Celery()\n@celery.task(bind=True)\ndef job(self): ...": (
        "job.delay()",
        "job.s()",
    ),
    "from celery import shared_task\n@shared_task\ndef job(): ...": (
        "job.s(1).apply_async()",
        "job.name()",
    ),
    "import dramatiq\n@dramatiq.actor\ndef job(): ...": ("job.send(1)", "job.message(1)"),
    "from google.oauth2.credentials import Credentials\nmine = Credentials('a')": (
        "mine.refresh(None)",
        "mine.to_json()",
    ),
    "from google_auth_oauthlib.flow import Flow\nflow = Flow.from_client_config({})": (
        "flow.fetch_token(code='a')",
        "flow.authorization_url()",
    ),
    "from googleapiclient.discovery import build\nservice = build('drive', 'v3')": (
        "service.files().list(q='a').execute()",
        "service.files().list(q='a')",
    ),
    "import pymongo\nmongo = pymongo.MongoClient()": (
        "list(mongo.shop.items.find({}).sort('a'))",
        "mongo.shop.items.find({}).sort('a')",
    ),
    "import peewee\nclass User(peewee.Model): ...": (
        "User.select().where(User.a == 1).first()",
        "User.select().where(User.a == 1)",
    ),
    "from redis_om import HashModel\nclass User(HashModel): ...": (
        "User.find(User.a == 1).first()",
        "User.find(User.a == 1)",
    ),
    "import redis_om\nclass Visit(redis_om.JsonModel): ...": (
        "Visit(user='a').save()",
        "Visit(user='a')",
    ),
    "from django.db import models\nclass User(models.Model): ...": (
        "User.objects.filter(a=1).first()",
        "User.objects.filter(a=1)",
    ),
    "import supabase\nsupa = supabase.create_client('a', 'b')": (
        "supa.table('a').select('*').execute()",
        "supa.table('a').select('*')",
    ),
    "import neo4j\ndriver = neo4j.GraphDatabase.driver('a')": (
        "driver.session().run('a')",
        "driver.session()",
    ),
    "from google.cloud import pubsub_v1\npublisher = pubsub_v1.PublisherClient()": (
        "publisher.publish('a', b'').result()",
        "publisher.publish('a', b'')",
    ),
    "import boto3\nbucket = boto3.resource('s3').Bucket('a')": (
        "[each for each in bucket.objects.all()]",
        "bucket.objects.all()",
    ),
    "import stripe": (
        "stripe.Subscription.modify('a')",
        "stripe.Webhook.construct_event('a', 'b', 'c')",
    ),
    "import psutil": ("psutil.cpu_percent(1)", "psutil.cpu_percent()"),
    "import psutil as ps": ("ps.cpu_percent(interval=1)", "ps.cpu_percent(interval=None)"),
    "import queue\nqueues = {}\nq = queue.Queue(3)": ("q.put(1)", "queue.Queue().put(1)"),
    "import queue\ndef give(q: queue.Queue): q.put(1)": ("queue.Queue(3).put(1)", "give(None)"),
    "import concurrent.futures as c\npool = c.ThreadPoolExecutor()": (
        "pool.shutdown()",
        "pool.shutdown(wait=False)",
    ),
    "import fsspec\nfiles = fsspec.filesystem('s3')": ("files.ls('a')", "files.invalidate_cache()"),
    "import grpc\nask = grpc.insecure_channel('a').unary_unary('b')": (
        "ask(1)",
        "grpc.insecure_channel('a')",
    ),
    "import weaviate\nclient = weaviate.connect_to_local()": (
        "client.collections.get('a').query.near_text('b')",
        "client.collections.get('a')",
    ),
    "import pyodbc\ncursor = pyodbc.connect('a').cursor()": (
        "cursor.execute('a').fetchall()",
        "cursor.close()",
    ),
    "from msal import ConfidentialClientApplication as A\nme = A('a')": (
        "me.acquire_token_for_client([])",
        "me.remove_account(None)",
    ),
    "from twilio.rest import Client\nclient = Client('a', 'b')": (
        "client.verify.v2.services('a').verifications.create(to='b')",
        "client.verify.v2.services('a').verifications",
    ),
    "import stripe\nclient = stripe.StripeClient('a')": (
        "client.v1.customers.list()",
        "client.v1.customers.list_async()",
    ),
    "from keycloak import KeycloakAdmin\nadmin = KeycloakAdmin()": (
        "admin.get_users()",
        "admin.a_get_users()",
    ),
    "from github import Github\nhub = Github('a')": (
        "hub.get_repo('a')",
        "hub.withLazy(True)",
    ),
    "import pymysql\ncursor = pymysql.connect().cursor()": (
        "cursor.execute('a')",
        "cursor.fetchall()",
    ),
    "import trino\ncursor = trino.dbapi.connect().cursor()": (
        "cursor.execute('a')",
        "trino.dbapi.Connection",
    ),
    "import duckdb\nbase = duckdb.connect()": (
        "base.execute('a').fetchall()",
        "base.register('a', 'b')",
    ),
    "from fastapi_sqlalchemy import db": (
        "db.session.query('a').first()",
        "db.session.add('a')",
    ),
    "from email_validator import validate_email": (
        "validate_email('a')",
        "validate_email('a', check_deliverability=False)",
    ),
    "import razorpay\nclient = razorpay.Client()": (
        "client.order.create({})",
        "client.utility.verify_webhook_signature('a', 'b', 'c')",
    ),
    "import docker\nclient = docker.from_env()": (
        "client.containers.get('a').restart()",
        "client.containers",
    ),
    "import zipfile, io\npack = zipfile.ZipFile(io.BytesIO())": (
        "pack.extractall('a')",
        "pack.namelist()",
    ),
    "import multiprocessing\ncontext = multiprocessing.get_context('spawn')": (
        "context.Process(target=print).join()",
        "context.Process(target=print).start()",
    ),
    "from langchain_xai import ChatXAI\nllm = ChatXAI().with_structured_output(dict)": (
        "llm.invoke('a')",
        "llm.get_name()",
    ),
    "from langchain_core.prompts import ChatPromptTemplate\n"
    "from langchain_cohere import CohereEmbeddings\n"
    "prompt = ChatPromptTemplate.from_messages([])": (
        "CohereEmbeddings().embed_query('a')",
        "prompt.invoke({})",
    ),
    "from langchain_core.prompts import ChatPromptTemplate as P\n"
    "from langchain_core.output_parsers import StrOutputParser\n"
    "from langchain_openai import ChatOpenAI\n"
    "parts = P.from_template('a') | StrOutputParser()\n"
    "chain = P.from_template('a') | ChatOpenAI() | StrOutputParser()": (
        "chain.invoke({})",
        "parts.invoke({})",
    ),
    "import io\nfrom pypdf import PdfReader\nreader = PdfReader(io.BytesIO(b''))": (
        "return [page.extract_text() for page in reader.pages]",
        "return [page.mediabox for page in reader.pages]",
    ),
    "import io, pypdf\nfirst = pypdf.PdfReader(io.BytesIO(b'')).pages[0]": (
        "first.extract_text()",
        "first.rotate(90)",
    ),
    "from langchain_community.document_loaders import PyPDFLoader": (
        "PyPDFLoader('a').load()",
        "PyPDFLoader('a')",
    ),
    "from llama_index.core import VectorStoreIndex\nindex = VectorStoreIndex([])": (
        "index.as_query_engine().query('a')",
        "index.as_query_engine()",
    ),
    "from llama_index.llms.openai import OpenAI\nllm = OpenAI()": (
        "llm.complete('a')",
        "llm.metadata",
    ),
    "import oss2\nbucket = oss2.Bucket(oss2.Auth('a', 'b'), 'c', 'd')": (
        "bucket.put_object('a', b'')",
        "bucket.sign_url('GET', 'a', 60)",
    ),
    "import oss2\nfiles = oss2.ObjectIterator(oss2.Bucket('a', 'b', 'c'))": (
        "for each in files: ...",
        "files",
    ),
    "import dropbox\nbox = dropbox.Dropbox('a')": (
        "box.files_upload(b'', '/a')",
        "box.with_path_root(None)",
    ),
    "import ccxt\nmarket = ccxt.kraken()": (
        "market.fetch_ticker('a')",
        "market.amount_to_precision('a', 1)",
    ),
    "import ccxt.async_support as ccxt\nimport ccxt as plain": (
        "plain.kraken({}).load_markets()",
        "await ccxt.kraken().load_markets()",
    ),
    "from binance.client import Client\ndef give(client: Client): return client.get_account()": (
        "give(Client('a', 'b'))",
        "Client.uuid22()",
    ),
    "from binance import AsyncClient, Client": (
        "Client('a', 'b')",
        "await AsyncClient.create('a', 'b')",
    ),
    "from geopy.geocoders import Nominatim\nmap = Nominatim(user_agent='a')": (
        "map.geocode('a')",
        "await map.geocode('a')",
    ),
    "from geopy.extra.rate_limiter import RateLimiter\nfrom geopy import Nominatim\n"
    "find = RateLimiter(Nominatim(user_agent='a').geocode, 1)": ("find('a')", "find"),
    "from newspaper import Article\narticle = Article('a')": (
        "article.download()",
        "article.set_title('a')",
    ),
    "import praw\nreddit = praw.Reddit()": (
        "[each.title for each in reddit.subreddit('a').hot(limit=3)]",
        "reddit.subreddit('a').hot(limit=3)",
    ),
    "from imap_tools import MailBox": ("MailBox('a').login('b', 'c')", "MailBox"),
    "from imap_tools import MailBox, AND\ndef give(box: MailBox): return list(box.fetch(AND()))": (
        "give(None)",
        "AND(seen=False)",
    ),
    "from exchangelib import Account\nme = Account('a', credentials='b')": (
        "list(me.inbox.filter(a=1).order_by('b'))",
        "me.inbox.filter(a=1).order_by('b')",
    ),
    "import mailchimp_marketing\nchimp = mailchimp_marketing.Client()": (
        "chimp.lists.add_list_member('a', {})",
        "chimp.set_config({})",
    ),
    "import mailchimp_transactional\nchimp = mailchimp_transactional.Client('a')": (
        "chimp.messages.send({})",
        "chimp.set_api_key('a')",
    ),
    "import paypalrestsdk\npayment = paypalrestsdk.Payment({})": (
        "payment.create()",
        "payment.success()",
    ),
    "from plaid.api import plaid_api\nclient = plaid_api.PlaidApi(None)": (
        "client.link_token_create({})",
        "plaid_api.PlaidApi",
    ),
    "from web3 import Web3\nchain = Web3(Web3.HTTPProvider('a'))\n"
    "coin = chain.eth.contract(address='a', abi=[])": (
        "coin.functions.balanceOf('a').call()",
        "coin.functions.balanceOf('a')",
    ),
    "from web3 import AsyncWeb3, Web3\nchain = Web3(Web3.HTTPProvider('a'))": (
        "chain.eth.get_balance('a')",
        "await AsyncWeb3(None).eth.get_balance('a')",
    ),
    "from algoliasearch.search.client import SearchClient, SearchClientSync": (
        "SearchClientSync('a', 'b').search({})",
        "await SearchClient('a', 'b').search({})",
    ),
    "from algoliasearch.search_client import SearchClient\n"
    "index = SearchClient.create('a', 'b').init_index('c')": (
        "index.save_objects([])",
        "index.name",
    ),
    "import typesense\nclient = typesense.Client({})": (
        "client.collections['a'].documents.search({})",
        "client.collections['a'].documents",
    ),
    "import duckdb": ("duckdb.sql('a').fetchall()", "duckdb.sql('a')"),
    "from paddleocr import PaddleOCR\nreader = PaddleOCR()": (
        "reader.predict('a')",
        "reader.export_paddlex_config_to_yaml",
    ),
    "import faiss\nindex = faiss.read_index('a')": ("index.search([], 3)", "index.ntotal"),
    "from moviepy.editor import VideoFileClip\n"
    "def cut(clip: VideoFileClip): return clip.subclip(0, 1)": (
        "cut(None).write_videofile('a')",
        "cut(None)",
    ),
    "import torch\nclass Net(torch.nn.Module): ...\nnet = Net()": ("net([])", "net.parameters()"),
    "import torch\nnet = torch.jit.load('a').to('cpu').eval()": ("net([])", "net.parameters()"),
    "from transformers import AutoModel, AutoTokenizer as T\n"
    "words, net = T.from_pretrained('a'), AutoModel.from_pretrained('a').to('cpu')": (
        "net(input_ids=[])",
        "words('a')",
    ),
    "import rasterio": ("with rasterio.open('a') as raster: ...", "rasterio.band(None, 1)"),
    "from filelock import FileLock": ("with FileLock('a'): ...", "FileLock('a')"),
    "import redis\nstore = redis.Redis()": (
        "with store.lock('a'): ...",
        "store.lock('a')",
    ),
    "from langchain_openai import ChatOpenAI\nllm = ChatOpenAI()": (
        "llm.invoke('a')",
        "llm.bind(stop=[])",
    ),
}


@pytest.mark.parametrize("before", LIBRARIES)
def test_what_of_a_library_waits_and_what_is_lazy(before: str) -> None:
    waits, is_lazy = LIBRARIES[before]
    assert len(findings(waits, before=before)) >= 1
    assert findings(is_lazy, before=before) == ()


def test_what_a_loop_or_a_with_waits_for_is_named_by_what_made_it() -> None:
    (loop,) = findings(
        "list(c.submit('a'))", before="import gradio_client\nc: gradio_client.Client"
    )
    assert loop.message.startswith("looping over what `Client.submit()` gives blocks")
    (entered,) = findings("with FileLock('a'): ...", before="from filelock import FileLock")
    assert entered.message.startswith("entering a `FileLock` holds up")


def test_an_awaited_call_does_not_block() -> None:
    assert findings("await requests.get('x')", before="import requests") == ()


# ------------------------------------------------------------------------------- the settings


def test_what_is_said_to_be_quick_is_quick_in_derived_classes_too() -> None:
    call = called("commit", "sqlmodel.Session")
    assert known(call, Settings(nonblocking_calls=("sqlalchemy.orm.Session.commit",))) is None
    assert known(call, Settings(nonblocking_calls=("sqlmodel.Session.commit",))) is None
    assert known(call, Settings(nonblocking_calls=("sqlmodel.Session.flush",))) is not None


def test_names_in_settings_may_be_any_that_can_be_imported() -> None:
    call = called("get", "requests.Session")
    assert known(call, Settings(nonblocking_calls=("requests.sessions.Session.get",))) is None


def test_a_call_of_a_library_that_is_not_known() -> None:
    said = Settings(blocking_calls=(BlockingCall(call="slowdb.fetch", use="slowdb.afetch"),))
    assert findings("slowdb.fetch()", before="import slowdb") == ()
    (found,) = findings("slowdb.fetch()", said, before="import slowdb")
    assert found.message.startswith("`slowdb.fetch` blocks")
    assert "use `slowdb.afetch`" in found.help


def test_a_function_of_the_project_even_where_it_is_awaited() -> None:
    before = "async def crunch():\n    return 1\n"
    said = Settings(blocking_calls=(BlockingCall(call="main.crunch"),))
    (found,) = findings("await crunch()", said, before)
    assert found.fix is None


# ------------------------------------------------------------------------------------ findings


def test_who_is_affected_and_how_it_comes_to_run() -> None:
    text = f"""import time
from fastapi import Depends
{HEAD}
async def wait():
    time.sleep(1)

@app.get("/a")
def read_a(_: None = Depends(wait)): ...

@app.get("/b", dependencies=[Depends(wait)])
def read_b(): ...
"""
    (found,) = check_texts({"main.py": text}, Settings(select=RULES)).findings
    assert found.affected == ("main:read_a", "main:read_b")
    (step,) = found.related
    assert (step.span.line, step.span.column) == (7, 11)
    assert "the dependency `wait` of `GET /a` and one more route" in step.message


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (["/a/", "/a"], "`time.sleep` blocks the event loop in the handler of `GET /a`"),
        (
            ["/c", "/b", "/a/", "/a"],
            "`time.sleep` blocks the event loop for 3 routes, first in the handler of `GET /a`",
        ),
    ],
)
def test_twins_with_and_without_a_slash_are_one_route(paths: list[str], told: str) -> None:
    decorators = "\n".join(f'@app.get("{path}")' for path in paths)
    text = f"import time\n{HEAD}\n{decorators}\nasync def read():\n    time.sleep(1)\n"
    (found,) = check_texts({"main.py": text}, Settings(select=RULES)).findings
    assert found.message == told


def tasks(body: str, more: str = "") -> Finding:
    """The one finding of a background task ``note`` that two routes leave to be run."""
    text = f"""import asyncio, time
from fastapi import BackgroundTasks
{HEAD}
async def note(address: str) -> None:
    {body}

@app.post("/a")
def add_a(later: BackgroundTasks): later.add_task(note, "a")

@app.post("/b")
def add_b(later: BackgroundTasks): later.add_task(note, "b")
{more}"""
    (found,) = check_texts({"main.py": text}, Settings(select=RULES)).findings
    return found


def test_a_background_task_that_awaits_nothing_is_better_a_def() -> None:
    found = tasks("open('x').read()")
    told = "declare the task `note` itself with `def`: then it runs in the thread pool"
    assert found.help == f"use `anyio.open_file`, or {told}"
    assert found.fix is not None
    assert found.fix.title == "Make `note` a `def`, so that it runs in the thread pool"
    assert not found.fix.safe


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("await asyncio.sleep(0); open('x').read()", ""),
        ("open('x').read()", "async def elsewhere(): await note('c')\n"),
        ("open('x').read()", "waiting = [note]\n"),
    ],
)
def test_a_background_task_that_is_awaited_or_awaits_stays_as_it_is(body: str, more: str) -> None:
    assert "`def`" not in tasks(body, more).help.replace("move the work to a `def`", "")


def test_a_warning_for_the_length_of_the_way_says_so() -> None:
    def chain(length: int) -> Finding:
        steps = "\n".join(f"def f{i}():\n    f{i + 1}()" for i in range(length - 1))
        before = f"import time\n{steps}\ndef f{length - 1}():\n    time.sleep(1)"
        (found,) = findings("f0()", before=before)
        return found

    near, far = chain(5), chain(6)
    assert (near.severity, far.severity) == (Severity.ERROR, Severity.WARNING)
    assert "away" not in near.help
    assert far.help.endswith(" (a warning only, since the call is more than five calls away)")


def test_the_longer_a_call_can_take_the_graver_it_is() -> None:
    body = "time.sleep(1)\nopen('a')\nos.path.exists('.')"
    found = findings(body, before="import os, time")
    assert [each.severity for each in found] == [Severity.ERROR, Severity.WARNING, Severity.INFO]


def test_a_team_says_how_grave_a_kind_is() -> None:
    kinds = BlockingKinds(file="off", sleep="info")
    found = findings("time.sleep(1)\nopen('x')", Settings(blocking_kinds=kinds), "import time")
    assert [(each.span.line, each.severity) for each in found] == [(9, Severity.INFO)]


DATABASE = "time.sleep(1)\nsqlite3.connect('a.db').close()"


@pytest.mark.parametrize(
    ("selected", "codes"),
    [
        (RULES, ["FLT101", "FLT102"]),
        (RULES[:1], ["FLT101"]),
        (RULES[1:], ["FLT102"]),
    ],
)
def test_of_a_database_speaks_a_rule_of_its_own(
    selected: tuple[str, ...], codes: list[str]
) -> None:
    found = findings(DATABASE, before="import sqlite3, time", rules=selected)
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(
    ("kinds", "codes"),
    [
        (BlockingKinds(database="off"), ["FLT101 error"]),
        (BlockingKinds(database="info"), ["FLT101 error", "FLT102 info"]),
        (BlockingKinds(sleep="off"), ["FLT102 error"]),
    ],
)
def test_a_kind_is_set_whichever_rule_speaks_of_it(kinds: BlockingKinds, codes: list[str]) -> None:
    found = findings(DATABASE, Settings(blocking_kinds=kinds), "import sqlite3, time")
    assert [f"{each.code} {each.severity}" for each in found] == codes


def test_the_fix_of_one_rule_mends_what_the_other_says() -> None:
    text = f"import sqlite3, time\n{HEAD}\n@app.get('/a')\nasync def read():\n    time.sleep(1)\n"
    text += "    sqlite3.connect('a.db').close()\n"
    fixed = fix_texts({"main.py": text}, Settings(select=RULES), unsafe=True)
    assert fixed.files == {"main.py": text.replace("async def", "def")}
    assert [each.code for each in fixed.outcome.applied] == ["FLT101", "FLT102"]


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        ("tempfile.TemporaryDirectory()", "anyio.TemporaryDirectory"),
        ("tempfile.NamedTemporaryFile()", "anyio.NamedTemporaryFile"),
        ("os.listdir('x')", "anyio.Path"),
        ("shutil.rmtree('x')", None),
        ("os.access('x', os.R_OK)", None),
    ],
)
def test_only_what_can_do_the_same_is_said_to_be_used(call: str, instead: str | None) -> None:
    (found,) = findings(call, before="import os\nimport shutil\nimport tempfile\n")
    assert found.help is not None
    assert found.help.startswith(f"use `{instead}`, or " if instead else "declare `read`")


def test_a_comment_at_the_function_silences_it() -> None:
    text = (
        f'import time\n{HEAD}\n@app.get("/a")\n'
        "async def read():  # fastlint: ignore[FLT101] a demonstration\n    time.sleep(1)\n"
    )
    assert check_texts({"main.py": text}, Settings(select=RULES)).findings == ()


# --------------------------------------------------------------------------------- fixes offered

AWAIT = "await app.state.work()\n"


def test_a_lone_sleep_is_awaited_safely() -> None:
    assert offered("time.sleep(1)", "import time") == ["safe: Await `asyncio.sleep`"]


def test_a_sleep_under_a_lock_is_not_mended() -> None:
    before = "import time\nfrom threading import Lock\nlock = Lock()"
    assert offered("with lock:\n    time.sleep(1)\n" + AWAIT, before) == ["none"]


def test_a_sleep_in_another_with_is_mended_unsafely() -> None:
    body = "with app.state.span:\n    time.sleep(1)\n" + AWAIT
    assert offered(body, "import time") == ["unsafe: Await `asyncio.sleep`"]


def test_a_sleep_in_a_generator_expression_cannot_be_awaited() -> None:
    assert offered("any(time.sleep(1) for _ in 'ab')\n" + AWAIT, "import time") == ["none"]


def test_all_calls_of_a_function_have_one_fix_where_it_can_be_a_def() -> None:
    title = "unsafe: Make `read` a `def`, so that it runs in the thread pool"
    before = "import time, requests"
    assert offered("time.sleep(1)\nrequests.get('x')\nopen('x')", before) == [title] * 3


@pytest.mark.parametrize(
    ("body", "before"),
    [
        ("with open('x') as file:\n    file.read()\n", ""),
        ("with httpx.stream('GET', 'x') as answer:\n    answer.read()\n", "import httpx"),
        (
            "with engine.begin():\n    pass\n",
            "import sqlalchemy\nengine = sqlalchemy.create_engine('x')",
        ),
        ("OpenAI().completions.create(stream=True)\n", "from openai import OpenAI"),
        ("for each in os.scandir('x'):\n    pass\n", "import os"),
        ("db = sqlite3.connect('x')\n", "import sqlite3"),
    ],
)
def test_what_goes_on_waiting_is_not_put_into_a_thread(body: str, before: str) -> None:
    assert offered(body + AWAIT, before) == ["none"]


@pytest.mark.parametrize(
    "ending", ["finally:", "except:", "except BaseException:", "except (KeyError, CancelledError):"]
)
def test_what_runs_when_a_request_is_cancelled_does_not_await(ending: str) -> None:
    before = "import shutil\nfrom asyncio import CancelledError"
    body = f"try:\n    {AWAIT}{ending}\n    shutil.rmtree('x')\n"
    assert offered(body, before) == ["none"]
    assert offered(body.replace(ending, "except OSError:"), before) == [
        "unsafe: Run it in a thread"
    ]


def test_a_cursor_that_all_requests_share_stays_on_the_loop() -> None:
    before = "import psycopg2\ncursor = psycopg2.connect('x').cursor()"
    assert offered("cursor.execute('x')", before) == ["none"]


def test_a_connection_that_belongs_to_its_thread_stays_there() -> None:
    before = """import sqlite3
from fastapi import Depends
async def get_db():
    return sqlite3.connect("x")
"""
    text = f"""{before}{HEAD}
@app.get("/a")
async def read(db: sqlite3.Connection = Depends(get_db)):
    return db.execute("SELECT 1").fetchall()
"""
    found = check_texts({"main.py": text}, Settings(select=RULES)).findings
    assert [(each.span.line, each.fix) for each in found] == [(4, None), (11, None), (11, None)]


def test_methods_and_generators_stay_asynchronous() -> None:
    text = f"""import requests
from fastapi import Depends
{HEAD}
class Guard:
    async def __call__(self):
        requests.get("x")

@app.get("/a", dependencies=[Depends(Guard())])
def read(): ...

@app.get("/b")
async def rows():
    yield requests.get("x").text
"""
    found = check_texts({"main.py": text}, Settings(select=RULES)).findings
    assert [each.fix and each.fix.title for each in found] == ["Run it in a thread"] * 2


# ------------------------------------------------------------------------------ what is handed on


def test_what_is_run_elsewhere_is_told_by_its_position() -> None:
    text = f"""import asyncio, time
from fastapi import BackgroundTasks
from fastapi.concurrency import run_in_threadpool
{HEAD}
@app.get("/a")
async def read(tasks: BackgroundTasks):
    await run_in_threadpool(time.sleep, 1)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 2)
    tasks.add_task(func=time.sleep)
    print(time.sleep)
"""
    (entry,) = project({"main.py": text}).entries
    function = entry.function
    elsewhere = [blocking.run_in_thread(site) for site in function.calls]
    later = [blocking.run_later(site) for site in function.calls]
    assert [value for value in elsewhere if value] == [External("time.sleep")] * 2
    assert [value for value in later if value] == [External("time.sleep")]


SERVICE = "import time\n\n\ndef load():\n    time.sleep(1)\n    return 'a'\n"


def handler(path: str, *body: str) -> str:
    lines = "".join(f"    {line}\n" for line in ("await request.body()", *body))
    return f"\n\n@app.get('/{path}')\nasync def {path}(request: Request):\n{lines}"


@pytest.mark.parametrize(
    "handlers",
    [
        handler("a", "return load()") + handler("b", "try:", "    pass", "finally:", "    load()"),
        handler("a", "return load()") + handler("b", "return [x for x in map(load, [])]"),
        "".join(handler(each, "return load()") for each in "abcde"),
    ],
)
def test_calls_that_cannot_all_be_changed_are_left_alone(handlers: str) -> None:
    head = "from fastapi import FastAPI, Request\n\nfrom service import load\n\napp = FastAPI()"
    text = head + handlers
    said = check_texts({"main.py": text, "service.py": SERVICE}, Settings(select=RULES))
    assert [(each.span.path, each.fix) for each in said.findings] == [("service.py", None)]


def test_calls_in_two_files_are_left_alone() -> None:
    head = "from fastapi import APIRouter, FastAPI, Request\n\nfrom service import load\n"
    more = f"{head}\napp = APIRouter(){handler('b', 'return load()')}"
    text = f"{head}import more\n\napp = FastAPI()\napp.include_router(more.app)"
    files = {
        "main.py": text + handler("a", "return load()"),
        "more.py": more,
        "service.py": SERVICE,
    }
    said = check_texts(files, Settings(select=RULES))
    assert [(each.span.path, each.fix) for each in said.findings] == [("service.py", None)]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("fcntl.LOCK_EX", 1),
        ("fcntl.LOCK_SH", 1),
        ("fcntl.LOCK_EX | fcntl.LOCK_NB", 0),
        ("fcntl.LOCK_UN", 0),
        ("app.state.flags", 0),
    ],
)
def test_a_file_lock_waits_unless_it_is_told_not_to(flags: str, said: int) -> None:
    assert len(findings(f"fcntl.flock(3, {flags})", before="import fcntl")) == said


def test_asking_azure_for_a_token_waits() -> None:
    made = "provider = get_bearer_token_provider(DefaultAzureCredential(), 'scope')"
    before = "from azure.identity import DefaultAzureCredential, get_bearer_token_provider"
    assert len(findings(f"{made}\nreturn provider()", before=before)) == 1


def test_opening_a_descriptor_waits_for_the_disk() -> None:
    assert len(findings("fd = os.open('/tmp/x', os.O_RDWR)", before="import os")) == 1


def test_what_every_request_passes_through_is_named() -> None:
    before = "import time\n\nfrom fastapi import Request\n\ndef load():\n    time.sleep(1)\n"
    body = """load()

@app.middleware("http")
async def pass_on(request: Request, call_next):
    load()
    return await call_next(request)"""
    text = f"{before}\n{HEAD}\n@app.get('/a')\nasync def read():\n    {body}\n"
    said = check_texts({"main.py": text}, Settings(select=RULES))
    assert [each.message for each in said.findings] == [
        "`time.sleep` blocks the event loop for requests that reach it through the middleware "
        "`pass_on`, first in the handler of `GET /a` → `load`"
    ]
